// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include <algorithm>
#include <array>

#include "http/problem.h"
#include "text/bridge.h"

namespace vitals {
namespace {

struct Phrase {
  unsigned status;
  std::string_view words;
};
constexpr std::array phrases{
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{405, "Method Not Allowed"},
    Phrase{408, "Request Timeout"},
    Phrase{409, "Conflict"},
    Phrase{411, "Length Required"},
    Phrase{413, "Content Too Large"},
    Phrase{414, "URI Too Long"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{417, "Expectation Failed"},
    Phrase{422, "Unprocessable Content"},
    Phrase{429, "Too Many Requests"},
    Phrase{431, "Request Header Fields Too Large"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{503, "Service Unavailable"},
    Phrase{505, "HTTP Version Not Supported"},
    Phrase{507, "Insufficient Storage"},
};

}  // namespace

std::string_view phrase_of(unsigned status) {
  const auto* const found = std::find_if(phrases.begin(), phrases.end(),
                                         [&](const Phrase& one) { return one.status == status; });
  return found == phrases.end() ? std::string_view("OK") : found->words;
}

std::string head_of(const HttpResponse& response, bool keep) {
  std::string out = cat(
      "HTTP/1.1 ", response.status, " ", phrase_of(response.status),
      "\r\nContent-Type: ", response.content_type, "\r\nContent-Length: ", response.body.size(),
      "\r\nX-Content-Type-Options: nosniff\r\nConnection: ", keep ? "keep-alive" : "close", "\r\n");
  for (const auto& [name, value] : response.headers) out += cat(name, ": ", value, "\r\n");
  return out += "\r\n";
}

HttpReply::State::~State() {
  if (!answered) send(problem(500, "internal", "the request was dropped without an answer"));
}

}  // namespace vitals
