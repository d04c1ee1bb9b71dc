// The menu of narrow screens: a checkbox opens it; this gives it a button that the keyboard reaches.

const button = document.querySelector(".ps-menu");
const drawer = document.getElementById("__drawer");

if (button && drawer) {
  button.addEventListener("click", () => drawer.click());
  drawer.addEventListener("change", () => button.setAttribute("aria-expanded", String(drawer.checked)));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer.checked) return;
    drawer.click();
    button.focus();
  });
}
