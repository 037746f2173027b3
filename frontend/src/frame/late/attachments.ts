export { Attachments } from "../attachments";
