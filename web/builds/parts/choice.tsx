interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly values: readonly T[];
  readonly chosen: T;
  readonly wordOf: (value: T) => string;
  readonly onChoose: (value: T) => void;
}

/** One of a few, as buttons of which one is pressed. */
export function Choice<T extends string>({ name, values, chosen, wordOf, onChoose }: ChoiceProps<T>) {
  return (
    <fieldset className="choice row">
      <legend className="hidden-text">{name}</legend>
      {values.map((each) => (
        <button key={each} type="button" aria-pressed={each === chosen} onClick={() => onChoose(each)}>
          {wordOf(each)}
        </button>
      ))}
    </fieldset>
  );
}
