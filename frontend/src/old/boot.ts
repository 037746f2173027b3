/*
 * Chooses what the browser can read: the talk as it is written, or the one for old browsers (down to
 * the WebView of Android 8 and Safari 14). Runs everywhere, so it is written for the oldest.
 */
const script = document.currentScript;
// The youngest thing that the sheet and the script take for granted.
const isOld = !window.CSS.supports("color", "light-dark(red,red)") || !("canParse" in URL);

function start({ now = "", old = "" }: DOMStringMap): void {
  const sheet = document.querySelector<HTMLLinkElement>("link[data-old]");
  if (isOld && sheet) sheet.href = sheet.dataset.old || "";
  const chosen = document.createElement("script");
  chosen.src = isOld ? old : now;
  document.head.appendChild(chosen);
}

if (script) start(script.dataset);
