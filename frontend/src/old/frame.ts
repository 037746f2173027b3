import "./missing";
import "./colours";
import "../frame/main";
