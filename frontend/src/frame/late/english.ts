export { ENGLISH } from "../say";
