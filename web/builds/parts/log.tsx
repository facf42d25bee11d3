/** The end of what an action said. It scrolls, so the keyboard must reach it. */
export function Log({ of, text }: { readonly of: string; readonly text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className="log" tabIndex={0} aria-label={`End of the output of ${of}`}>
      <pre>{text.replace(/^\n+/, '')}</pre>
    </section>
  );
}
