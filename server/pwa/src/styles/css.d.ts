// A stylesheet imported by a part of the app: the build puts it beside that part's own file.
declare module "*.css";
