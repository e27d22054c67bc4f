// SPDX-License-Identifier: Apache-2.0
// Errors as RFC 9457 problem details: what kind it is, for programs, and what happened, for people.
#ifndef VITALS_LIB_HTTP_PROBLEM_H
#define VITALS_LIB_HTTP_PROBLEM_H

#include <string_view>

#include "http/message.h"

namespace vitals {

inline constexpr std::string_view problem_content_type = "application/problem+json";

// `reason` is one word a program may compare, `detail` a sentence. `more` are further members of
// the object, written as JSON, each with a comma in front: `,"answers":[]`.
[[nodiscard]] HttpResponse problem(unsigned status, std::string_view reason,
                                   std::string_view detail, std::string_view more = {});

}  // namespace vitals

#endif  // VITALS_LIB_HTTP_PROBLEM_H
