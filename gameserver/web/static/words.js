// The language of the page: the browser's, until another is chosen.

import english from "./words/en.js";
import russian from "./words/ru.js";

const LANGUAGES = { en: english, ru: russian };
const spoken = () =>
  [localStorage.getItem("language"), ...navigator.languages.map((tag) => tag.slice(0, 2))].find((tag) => tag in LANGUAGES) ??
  "en";

export let language = spoken();
export let words = LANGUAGES[language];

export function choose(chosen) {
  localStorage.setItem("language", chosen);
  language = chosen;
  words = LANGUAGES[chosen];
}

// A whole number of milliseconds; below ten with a tenth, as pings on one machine are.
export const inMs = (ms) => words.ms(ms < 9.95 ? ms.toLocaleString(language, { maximumFractionDigits: 1 }) : Math.round(ms));

export const inSeconds = (ms) => (ms / 1000).toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

// Puts the words in their places.
export function speak() {
  document.documentElement.lang = language;
  document.title = words.title;
  for (const element of document.querySelectorAll("[data-words]")) {
    element.textContent = words[element.dataset.words];
  }
  for (const element of document.querySelectorAll("[data-placeholder]")) {
    element.placeholder = words[element.dataset.placeholder];
  }
  for (const element of document.querySelectorAll("[data-words-label]")) {
    element.setAttribute("aria-label", words[element.dataset.wordsLabel]);
  }
}
