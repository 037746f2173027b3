export { pick } from "../emoji";
