// Sets the colours of the last visit before anything is painted, then starts the program.
// A file of its own, because the page's policy allows no scripts inside it.
const asked = new URLSearchParams(location.search).get("theme");
const theme = asked ?? localStorage.getItem("theme");
if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;

const { default: start } = await import("./opengateway-ui.js");
await start({ module_or_path: new URL("./opengateway-ui_bg.wasm", import.meta.url) });
