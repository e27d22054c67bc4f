// SPDX-License-Identifier: Apache-2.0
#include "service/fixed.h"

#include "service/embedded.h"

namespace vitals {

HttpResponse fixed_response(Endpoint endpoint) {
  HttpResponse response;
  const auto text = [&](std::string_view type, std::string_view body) {
    response.content_type = type;
    response.body = body;
    response.headers.emplace_back("Cache-Control", "no-cache");
  };
  switch (endpoint) {
    case Endpoint::page:
      text("text/html; charset=utf-8", embedded_page_html);
      response.headers.emplace_back(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
      response.headers.emplace_back("Referrer-Policy", "no-referrer");
      break;
    case Endpoint::page_script:
      text("text/javascript; charset=utf-8", embedded_page_js);
      break;
    case Endpoint::page_style:
      text("text/css; charset=utf-8", embedded_page_css);
      break;
    case Endpoint::openapi:
      text("application/yaml; charset=utf-8", embedded_openapi_yaml);
      break;
    default:
      response.body = "{\"status\":\"alive\"}\n";
      break;
  }
  return response;
}

}  // namespace vitals
