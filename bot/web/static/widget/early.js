/**
 * Enter sends, from the first moment that the box can be seen. Where the chat's own script is not
 * there yet to send, the words stay in the box and are noted for it.
 */

document.addEventListener('keydown', (event) => {
  const { target, key, shiftKey, isComposing } = event;
  if (target.id !== 'words' || key !== 'Enter' || shiftKey || isComposing) return;
  event.preventDefault();
  target.form.requestSubmit();
});

document.addEventListener('submit', (event) => {
  const { target: form, defaultPrevented: isTaken } = event;
  if (form.id !== 'composer' || isTaken) return;
  event.preventDefault();
  form.dataset.early = form.elements.words.value;
});
