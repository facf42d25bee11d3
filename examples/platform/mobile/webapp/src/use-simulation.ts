import { useCallback, useEffect, useState } from 'react';
import model from '#model';
import type { Sample } from './inference.ts';
import {
  append,
  begin,
  EMPTY,
  play,
  SCENARIOS,
  type Scenario,
  type Simulation,
  setLevel,
  tick,
} from './simulation.ts';

const TICK_MS = 900;

/** Where samples come from: the sliders, or the platform that serves this page, which may not answer. */
export type Source = 'simulated' | 'live' | 'lost';

export interface SimulationControls {
  readonly simulation: Simulation;
  readonly isRunning: boolean;
  readonly source: Source;
  setLevel(index: number, value: number): void;
  play(scenario: Scenario): void;
  setRunning(isRunning: boolean): void;
}

export function useSimulation(): SimulationControls {
  const [simulation, setSimulation] = useState(() => (isAskedLive() ? EMPTY : begin(model, SCENARIOS[0]!)));
  const [isRunning, setRunning] = useState(true);
  const source = useLiveSamples(
    useCallback((sample) => setSimulation((now) => append(now, sample, model)), []),
  );

  useEffect(() => {
    if (!isRunning || source !== 'simulated') return;
    const timer = setInterval(() => setSimulation((now) => tick(now, model)), TICK_MS);
    return () => clearInterval(timer);
  }, [isRunning, source]);

  return {
    simulation,
    isRunning,
    source,
    setRunning,
    setLevel: (index, value) => setSimulation((now) => setLevel(now, index, value)),
    play: (scenario) => {
      setRunning(true);
      setSimulation((now) => play(now, scenario));
    },
  };
}

/** `?live` in the address. */
function isAskedLive(): boolean {
  return new URLSearchParams(location.search).has('live');
}

/** When live: the samples that the platform's server has, each once. */
function useLiveSamples(take: (sample: Sample) => void): Source {
  const [source, setSource] = useState<Source>(() => (isAskedLive() ? 'live' : 'simulated'));
  const isLive = source !== 'simulated';
  useEffect(() => {
    if (!isLive) return;
    let seen = 0;
    const timer = setInterval(async () => {
      try {
        const answer = await fetch(`./api/telemetry?after=${seen}`);
        if (!answer.ok) throw new Error(answer.statusText);
        const news = (await answer.json()) as { last: number; samples: Record<string, number>[] };
        seen = news.last;
        setSource('live');
        for (const sample of news.samples) take(model.signals.map((signal) => sample[signal.name] ?? 0));
      } catch {
        setSource('lost');
      }
    }, 1000);
    return () => clearInterval(timer);
  }, [isLive, take]);
  return source;
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
