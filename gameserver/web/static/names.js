// A name to begin with, kept in this tab; one that a person chose is kept for all tabs.

import { browser, tab } from "./kept.js";

const BIRDS = {
  en: ["Avocet", "Bittern", "Curlew", "Dipper", "Egret", "Fulmar", "Gannet", "Heron", "Jay", "Kestrel", "Lapwing",
    "Merlin", "Osprey", "Plover", "Robin", "Siskin", "Tern", "Wren"],
  ru: ["Аист", "Бекас", "Вальдшнеп", "Гагара", "Дрозд", "Жаворонок", "Зимородок", "Иволга", "Кречет", "Лунь", "Малиновка",
    "Овсянка", "Пустельга", "Ремез", "Скопа", "Трясогузка", "Чибис", "Щегол"],
};

export function nameToBeginWith(language) {
  return tab.get("name") || browser.get("name") || newName(language);
}

export function newName(language) {
  const birds = BIRDS[language];
  const name = birds[Math.floor(Math.random() * birds.length)];
  tab.set("name", name);
  return name;
}

export function keepName(name) {
  tab.set("name", name);
  browser.set("name", name);
}
