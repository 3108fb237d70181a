// Names the box for those who cannot see it, and puts the cursor there unless that would
// open a phone's keyboard. Locks a seed that is typed or pasted, which Gradio's own event misses.
() => {
  document.addEventListener("input", (event) => {
    const lock = event.target.closest("#seeds")?.querySelector("input[type=checkbox]");
    if (lock && lock !== event.target && !lock.checked) lock.click();
  });
  const name = () => {
    const box = document.querySelector("#box textarea");
    if (!box || box.disabled) return false;
    box.setAttribute("aria-label", "What would you like to see?");
    if (matchMedia("(pointer: fine)").matches) box.focus();
    return true;
  };
  if (!name()) {
    const waiting = new MutationObserver(() => name() && waiting.disconnect());
    waiting.observe(document.body, { attributeFilter: ["disabled"], childList: true, subtree: true });
  }
}
