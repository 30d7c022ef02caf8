import { useEffect, useEffectEvent, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";

import { nextOrder, openModal } from "./modalStack.js";

/**
 * A modal dialog, open as long as it is rendered. `onClose` is a request: the parent stops to render it.
 *
 * The focus starts at `initialFocusRef` and returns to where it was, or else to `fallbackFocusRef`.
 */
export function Modal({ title, onClose, dismissible = true, initialFocusRef, fallbackFocusRef, children }) {
  const titleId = useId();
  const backdropRef = useRef(null);
  const dialogRef = useRef(null);
  const isPressOnBackdropRef = useRef(false);
  // Known before an `autoFocus` in the content moves the focus, and in a dialog before those in its content.
  const [beginning] = useState(() => ({ opener: document.activeElement, order: nextOrder() }));

  const dismiss = useEffectEvent(requestClose);
  const fallback = useEffectEvent(() => fallbackFocusRef?.current);

  // Its cleanup runs when the DOM is changed already, so an opener that goes together with the dialog is known to be gone.
  useEffect(
    () =>
      openModal({
        ...beginning,
        backdrop: backdropRef.current,
        dialog: dialogRef.current,
        initialFocus: initialFocusRef?.current,
        dismiss: () => dismiss(),
        fallback: () => fallback(),
      }),
    [beginning],
  );

  function requestClose() {
    if (dismissible) onClose();
  }

  // A nested dialog's events come here as well, through the tree of components.
  function handleMouseDown(event) {
    isPressOnBackdropRef.current = event.target === backdropRef.current;
    // A press beside the dialog would take the focus out of it.
    if (isPressOnBackdropRef.current) event.preventDefault();
  }

  function handleMouseUp(event) {
    if (event.target !== backdropRef.current) isPressOnBackdropRef.current = false;
  }

  function handleClick(event) {
    if (event.target === backdropRef.current && isPressOnBackdropRef.current) requestClose();
  }

  return createPortal(
    <div
      ref={backdropRef}
      className="modal-backdrop"
      onMouseDown={handleMouseDown}
      onMouseUp={handleMouseUp}
      onClick={handleClick}
    >
      <div ref={dialogRef} role="dialog" aria-modal="true" aria-labelledby={titleId} tabIndex={-1}>
        <h2 id={titleId}>{title}</h2>
        {children}
      </div>
    </div>,
    document.body,
  );
}
