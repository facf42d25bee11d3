import model from '#model';

export function BuildFacts() {
  const facts: [string, string][] = [
    ['Version', __BUILD__.version],
    ['Build', __BUILD__.number],
    ['Commit', __BUILD__.commit.slice(0, 12)],
    ['Model', `${(model.accuracy * 100).toFixed(1)} % on unseen windows`],
  ];
  return (
    <footer>
      <dl>
        {facts
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <p>The model runs on this device. Nothing you see here is sent anywhere.</p>
    </footer>
  );
}
