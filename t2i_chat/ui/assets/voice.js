// Writes what is spoken into the box, where the browser can listen; sends nothing, keeps no sound.
// The box's own microphone (Gradio's `sources=["microphone"]`) is not it: that records a file to be
// sent along, and nobody here could read it.
const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const button = element.querySelector("button");
const status = element.querySelector("[role=status]");
const field = () => document.querySelector("#box textarea");
const reasons = { "not-allowed": "nomicrophone", "service-not-allowed": "nomicrophone", "audio-capture": "nomicrophone", "no-speech": "heardnothing" };
let listening;

const tell = (key) => {
  const words = document.createElement("span");
  words.dataset.i18n = key;
  status.replaceChildren(...(key ? [words] : []));
};
const write = (words) => {
  field().value = words;
  field().dispatchEvent(new Event("input", { bubbles: true }));
};
const language = () => {
  const page = document.documentElement.lang;
  return navigator.language.startsWith(page) ? navigator.language : page; // “de-AT”, where the page is “de”
};

const listen = () => {
  const before = field().value.trim();
  listening = new Recognition();
  Object.assign(listening, { lang: language(), interimResults: true });
  listening.onresult = ({ results }) => write([before, ...[...results].map((heard) => heard[0].transcript.trim())].filter(Boolean).join(" "));
  listening.onerror = ({ error }) => error !== "aborted" && tell(reasons[error] ?? "cannotlisten");
  listening.onend = ended;
  button.setAttribute("aria-pressed", "true");
  tell("listening");
  listening.start();
};
const ended = () => {
  listening = undefined;
  button.setAttribute("aria-pressed", "false");
  if (status.querySelector("[data-i18n=listening]")) tell();
  if (matchMedia("(pointer: fine)").matches) field().focus(); // a phone would open its keyboard
};
const forget = () => {
  if (listening) listening.onresult = null; // what is heard after sending belongs to no sentence
  listening?.abort();
};

button.hidden = !Recognition;
button.addEventListener("click", () => (listening ? listening.stop() : listen()));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") listening?.stop();
  if (event.key === "Enter" && !event.shiftKey && event.target === field()) forget();
});
document.addEventListener("input", (event) => {
  if (event.isTrusted && event.target === field() && !listening) tell();
});
document.addEventListener("click", (event) => event.target.closest("#box .submit-button") && forget());
