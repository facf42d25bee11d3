import model from '#model';
import { BuildFacts } from './build-facts.tsx';
import { Header } from './header.tsx';
import { SignalCard } from './signal-card.tsx';
import { SCENARIOS } from './simulation.ts';
import { StatusCard, Waiting } from './status-card.tsx';
import { Timeline } from './timeline.tsx';
import { useSimulation } from './use-simulation.ts';

export function App() {
  const { simulation, isRunning, source, setLevel, play, setRunning } = useSimulation();
  const isLive = source !== 'simulated';
  const verdict = simulation.verdicts.at(-1);
  return (
    <div className="page" data-state={verdict ? model.states[verdict.state] : undefined}>
      <Header source={source} />
      <main>
        {verdict ? <StatusCard verdict={verdict} /> : <Waiting count={simulation.samples.length} />}
        <section className="card" aria-labelledby="signals">
          <div className="card-head">
            <h2 id="signals">Telemetry</h2>
            {!isLive && (
              <button type="button" className="quiet" onClick={() => setRunning(!isRunning)}>
                {isRunning ? 'Pause' : 'Resume'}
              </button>
            )}
          </div>
          {!isLive && (
            <fieldset className="scenarios" aria-label="Scenarios">
              {SCENARIOS.map((scenario) => (
                <button
                  type="button"
                  key={scenario.name}
                  aria-pressed={simulation.scenario === scenario.name}
                  onClick={() => play(scenario)}
                >
                  {scenario.name}
                </button>
              ))}
            </fieldset>
          )}
          <div className="signals">
            {model.signals.map((signal, index) => (
              <SignalCard
                key={signal.name}
                signal={signal}
                level={simulation.levels[index] ?? 0}
                history={simulation.samples.map((sample) => sample[index] ?? 0)}
                window={model.window}
                onChange={isLive ? undefined : (value) => setLevel(index, value)}
              />
            ))}
          </div>
        </section>
        <Timeline verdicts={simulation.verdicts} />
      </main>
      <BuildFacts />
    </div>
  );
}
