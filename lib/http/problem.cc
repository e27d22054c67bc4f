// SPDX-License-Identifier: Apache-2.0
#include "http/problem.h"

#include "text/json_text.h"
#include "text/quote.h"

namespace vitals {
HttpResponse problem(unsigned status, std::string_view reason, std::string_view detail,
                     std::string_view more) {
  HttpResponse response{.status = status, .content_type = std::string(problem_content_type)};
  std::string& out = response.body;
  out = R"({"type":"about:blank","title":)";
  append_json_string(out, phrase_of(status));
  out += ",\"status\":";
  append_json_number(out, status);
  out += ",\"reason\":";
  append_json_string(out, reason);
  out += ",\"detail\":";
  append_json_string(out, printable(detail));
  out += more;
  out += "}\n";
  return response;
}

}  // namespace vitals
