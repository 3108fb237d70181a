// Names the box for those who cannot see it, and puts the cursor there unless that would
// open a phone's keyboard.
() => {
  const name = () => {
    const box = document.querySelector("#box textarea");
    if (!box) return false;
    box.setAttribute("aria-label", "What would you like to see?");
    if (matchMedia("(pointer: fine)").matches) box.focus();
    return true;
  };
  if (!name()) {
    const waiting = new MutationObserver(() => name() && waiting.disconnect());
    waiting.observe(document.body, { childList: true, subtree: true });
  }
}
