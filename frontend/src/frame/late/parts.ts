export { Beside } from "../beside";
export { cards } from "../cards";
