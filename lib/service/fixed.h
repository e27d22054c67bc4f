// SPDX-License-Identifier: Apache-2.0
// Answers that are the same to everybody: the page, the description of the interface, that the
// process lives.
#ifndef VITALS_LIB_SERVICE_FIXED_H
#define VITALS_LIB_SERVICE_FIXED_H

#include "http/message.h"
#include "service/routes.h"

namespace vitals {

// Of the endpoints before `readyz`.
[[nodiscard]] HttpResponse fixed_response(Endpoint endpoint);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_FIXED_H
