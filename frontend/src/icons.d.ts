declare module "icon:*" {
  const shapes: readonly (readonly [tag: string, attributes: Readonly<Record<string, string>>])[];
  export default shapes;
}
declare module "*.css?inline" {
  const css: string;
  export default css;
}
