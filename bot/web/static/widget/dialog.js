/** Asking in a dialog that stands in the page. */

/**
 * Every asking begins anew: Escape is no answer, whatever was answered the time before.
 * @param {HTMLDialogElement} dialog
 * @param {(answer: string) => void} answered with the value of the button that was pressed, or nothing
 */
export function ask(dialog, answered) {
  dialog.returnValue = '';
  dialog.onclose = () => answered(dialog.returnValue);
  dialog.showModal();
}
