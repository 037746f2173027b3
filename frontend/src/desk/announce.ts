import { el } from "../shared/nodes";

/** Says something to those who listen to the page rather than look at it; the same again is kept. */
export function announce(text: string): void {
  let place = document.getElementById("announcer");
  if (!place) {
    place = el("p", { id: "announcer", class: "vh", role: "status" });
    document.body.append(place);
  }
  if (place.textContent !== text) place.textContent = text;
}
