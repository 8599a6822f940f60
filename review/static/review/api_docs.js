// The page on the API: Swagger UI from our own static files; it calls nobody but this server.
import { token } from "./base.js";

const place = document.querySelector("#api");

window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.url,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  requestInterceptor(request) {
    request.headers["x-csrftoken"] = token();
    return request;
  },
});
