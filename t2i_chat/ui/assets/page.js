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
  // Captions inside our HTML, in the language Gradio has found for its own.
  const { lang } = document.documentElement;
  const captions = window.gradio_config?.i18n_translations?.[lang] ?? {};
  if (captions.new && /^(ar|fa|he|ur)\b/.test(lang)) document.documentElement.dir = "rtl";
  const caption = () => {
    for (const part of document.querySelectorAll("[data-i18n]:not([data-said])")) {
      part.dataset.said = lang;
      if (captions[part.dataset.i18n]) part.textContent = captions[part.dataset.i18n];
    }
  };
  caption();
  new MutationObserver(caption).observe(document.body, { childList: true, subtree: true });
  const name = () => {
    const box = document.querySelector("#box textarea");
    if (!box || box.disabled) return false;
    box.setAttribute("aria-label", captions.see ?? "What would you like to see?");
    if (matchMedia("(pointer: fine)").matches) box.focus();
    return true;
  };
  if (!name()) {
    const waiting = new MutationObserver(() => name() && waiting.disconnect());
    waiting.observe(document.body, { attributeFilter: ["disabled"], childList: true, subtree: true });
  }
}
