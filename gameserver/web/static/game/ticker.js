// A timer in a worker: it goes on at its pace while the page is in the background, where a page's own is slowed down.

let timer = 0;

onmessage = ({ data: everyMs }) => {
  clearInterval(timer);
  if (everyMs > 0) timer = setInterval(() => postMessage(null), everyMs);
};
