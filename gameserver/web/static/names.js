// A name to begin with, kept in this tab; one that a person chose is kept for all tabs.

const BIRDS = {
  en: ["Avocet", "Bittern", "Curlew", "Dipper", "Egret", "Fulmar", "Gannet", "Heron", "Jay", "Kestrel", "Lapwing",
    "Merlin", "Osprey", "Plover", "Robin", "Siskin", "Tern", "Wren"],
  ru: ["Аист", "Бекас", "Вальдшнеп", "Гагара", "Дрозд", "Жаворонок", "Зимородок", "Иволга", "Кречет", "Лунь", "Малиновка",
    "Овсянка", "Пустельга", "Ремез", "Скопа", "Трясогузка", "Чибис", "Щегол"],
};

export function nameToBeginWith(language) {
  const kept = sessionStorage.getItem("name") ?? localStorage.getItem("name");
  if (kept) return kept;
  const birds = BIRDS[language];
  const name = birds[Math.floor(Math.random() * birds.length)];
  sessionStorage.setItem("name", name);
  return name;
}

export function keepName(name) {
  sessionStorage.setItem("name", name);
  localStorage.setItem("name", name);
}
