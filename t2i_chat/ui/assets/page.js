// Names the box for those who cannot see it, and puts the cursor there unless that would
// open a phone's keyboard. Locks a seed that is typed or pasted, which Gradio's own event misses.
() => {
  // A drawer that was just opened is still being filled in, which takes a lock away again.
  let asked = 0;
  const lock = (seeds, turn) => {
    const box = seeds.querySelector("input[type=checkbox]");
    if (turn === asked && box && !box.checked) box.click();
  };
  document.addEventListener("input", (event) => {
    const seeds = event.target.closest("#seeds");
    if (!seeds || event.target.type === "checkbox") return;
    const turn = ++asked;
    for (const wait of [0, 50, 150, 400, 1000]) setTimeout(lock, wait, seeds, turn);
  });
  document.addEventListener("click", (event) => {
    if (event.isTrusted && event.target.closest("#seeds")) asked++; // they decide themselves
  });
  // A copy was made when the page was opened; a reload is to show it, not to make another one.
  if (new URLSearchParams(location.search).has("remix"))
    setTimeout(() => history.replaceState(null, "", location.pathname), 0);
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
