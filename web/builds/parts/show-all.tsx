interface ShowAllProps {
  readonly shown: number;
  readonly all: number;
  readonly onShow: () => void;
}

/** Below a list that is shown in part. */
export function ShowAll({ shown, all, onShow }: ShowAllProps) {
  if (shown >= all) return null;
  return (
    <div className="row centre">
      <button type="button" onClick={onShow}>
        Show all {all}
      </button>
    </div>
  );
}
