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
  const translations = window.gradio_config?.i18n_translations ?? {};
  const captions = translations[lang] ?? translations.en ?? {};
  if (captions !== translations.en && /^(ar|fa|he|ur)\b/.test(lang)) document.documentElement.dir = "rtl";
  if (captions.title) document.title = captions.title;
  const places = { i18nLabel: "aria-label", i18nTitle: "title", i18nAlt: "alt", i18nPlaceholder: "placeholder" };
  const ours = ["", "-label", "-title", "-alt", "-placeholder"].map((place) => `[data-i18n${place}]:not([data-said])`).join();
  const filled = (words, args) => words.replace(/\{(\w+)\}/g, (_, name) => args[name]);
  const caption = () => {
    for (const part of document.querySelectorAll(ours)) {
      const { i18n, i18nArgs } = part.dataset, args = JSON.parse(i18nArgs ?? "{}");
      part.dataset.said = lang;
      if (captions[i18n]) part.textContent = filled(captions[i18n], args);
      for (const [key, attribute] of Object.entries(places)) {
        const words = captions[part.dataset[key]];
        if (words) part.setAttribute(attribute, filled(words, args));
      }
    }
    if (captions !== translations.en) theirs();
  };
  // Names that Gradio gives its own buttons in English, whatever the browser speaks.
  const keys = { Submit: "submit", Stop: "stop", "Upload a file": "upload", "Multimedia input field": "askbox",
    Brush: "brush", "Brush Size": "brushsize", Erase: "erase", Pan: "pan", "Zoom in": "zoomin", "Zoom out": "zoomout",
    Undo: "undo", undo: "undo", Redo: "redo", redo: "redo", "Clear canvas": "clearcanvas",
    "Click to upload or drop files": "dropfiles" };
  const theirs = () => {
    for (const part of document.querySelectorAll("#page :is([aria-label], [title]):not([data-said])")) {
      for (const attribute of ["aria-label", "title"]) {
        const words = captions[keys[part.getAttribute(attribute)]];
        if (words) part.setAttribute(attribute, words);
      }
      if (part.matches("#step *")) part.ariaLabel = captions.step; // “number input for …”, “range slider for …”
    }
    const stop = document.querySelector("#box .stop-button");
    if (stop && stop.textContent !== captions.stop) stop.textContent = captions.stop;
  };
  // Addresses are relative, for we may be served below another page; a person wants all of it.
  const whole = () => {
    for (const link of document.querySelectorAll("a[data-whole]")) {
      link.removeAttribute("data-whole");
      link.textContent = link.href;
    }
  };
  new MutationObserver(whole).observe(document.body, { childList: true, subtree: true });
  caption();
  // An update that changes no more than letters takes our mark away.
  new MutationObserver(caption).observe(document.body, { attributeFilter: ["data-said"], childList: true, subtree: true });
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
