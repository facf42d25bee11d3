import { useCallback, useEffect, useState } from 'react';
import model from '#model';
import type { Sample } from './inference.ts';
import { append, begin, play, type Scenario, SCENARIOS, type Simulation, setLevel, tick } from './simulation.ts';

const TICK_MS = 900;

export interface SimulationControls {
  readonly simulation: Simulation;
  readonly isRunning: boolean;
  /** True when samples come from the platform that serves this page. */
  readonly isLive: boolean;
  setLevel(index: number, value: number): void;
  play(scenario: Scenario): void;
  setRunning(isRunning: boolean): void;
}

export function useSimulation(): SimulationControls {
  const [simulation, setSimulation] = useState(() => begin(model, SCENARIOS[0]!));
  const [isRunning, setRunning] = useState(true);
  const isLive = useLiveSamples(useCallback((sample) => setSimulation((now) => append(now, sample, model)), []));

  useEffect(() => {
    if (!isRunning || isLive) return;
    const timer = setInterval(() => setSimulation((now) => tick(now, model)), TICK_MS);
    return () => clearInterval(timer);
  }, [isRunning, isLive]);

  return {
    simulation,
    isRunning,
    isLive,
    setRunning,
    setLevel: (index, value) => setSimulation((now) => setLevel(now, index, value)),
    play: (scenario) => {
      setRunning(true);
      setSimulation((now) => play(now, scenario));
    },
  };
}

/** With `?live` in the address: the samples that the platform's server has, each once. */
function useLiveSamples(take: (sample: Sample) => void): boolean {
  const [isLive] = useState(() => new URLSearchParams(location.search).has('live'));
  useEffect(() => {
    if (!isLive) return;
    let seen = 0;
    const timer = setInterval(async () => {
      const answer = await fetch(`./api/telemetry?after=${seen}`).catch(() => undefined);
      if (!answer?.ok) return;
      const news = (await answer.json()) as { last: number; samples: Record<string, number>[] };
      seen = news.last;
      for (const sample of news.samples) take(model.signals.map((signal) => sample[signal.name] ?? 0));
    }, 1000);
    return () => clearInterval(timer);
  }, [isLive, take]);
  return isLive;
}

export function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener('online', update);
    addEventListener('offline', update);
    return () => {
      removeEventListener('online', update);
      removeEventListener('offline', update);
    };
  }, []);
  return isOnline;
}
