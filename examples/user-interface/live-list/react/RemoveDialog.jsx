import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";

/** A modal dialog that asks before `remove()` is called, and stays until that succeeds or the user cancels. */
export function RemoveDialog({ count, remove, onRemoved, onCancel }) {
  const titleId = useId();
  const cancelRef = useRef(null);
  const removeRef = useRef(null);
  // The state is of the last rendering: a second press can come before the next one.
  const isBusyRef = useRef(false);
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState(null);

  useLayoutEffect(() => cancelRef.current.focus(), []);

  // On the document, so that the keys work also when a press beside the dialog has taken the focus out of it.
  useEffect(() => {
    document.addEventListener("keydown", handleKeyDown);
    return () => document.removeEventListener("keydown", handleKeyDown);
  });

  function handleKeyDown(event) {
    if (event.key === "Escape") cancel();
    if (event.key !== "Tab") return;
    // With two buttons the next one and the one before are the same.
    event.preventDefault();
    const next = document.activeElement === cancelRef.current ? removeRef : cancelRef;
    next.current.focus();
  }

  function cancel() {
    if (!isBusyRef.current) onCancel();
  }

  function setBusy(busy) {
    isBusyRef.current = busy;
    setIsBusy(busy);
  }

  async function confirm() {
    if (isBusyRef.current) return;
    setBusy(true);
    setFailure(null);
    try {
      await remove();
    } catch (error) {
      setBusy(false);
      setFailure(error);
      return;
    }
    onRemoved();
  }

  return (
    <div role="dialog" aria-modal="true" aria-labelledby={titleId} aria-busy={isBusy}>
      <h2 id={titleId}>{count === 1 ? "Remove 1 item?" : `Remove ${count} items?`}</h2>
      {failure !== null && <p role="alert">{`Could not remove: ${failure.message}`}</p>}
      {/* Not `disabled`, which would take the focus out of the dialog. */}
      <button ref={cancelRef} type="button" aria-disabled={isBusy} onClick={cancel}>
        Cancel
      </button>
      <button ref={removeRef} type="button" aria-disabled={isBusy} onClick={confirm}>
        Remove
      </button>
    </div>
  );
}
