// SPDX-License-Identifier: Apache-2.0
// Hosts, answers and findings as JSON, as docs/coordinator/openapi.yaml describes them.
#ifndef VITALS_LIB_SERVICE_HOST_JSON_H
#define VITALS_LIB_SERVICE_HOST_JSON_H

#include <string>

#include "absl/status/statusor.h"
#include "service/json_body.h"
#include "text/json_writer.h"
#include "vitals/coordinator/findings.h"
#include "vitals/coordinator/host.h"
#include "vitals/coordinator/listing.h"
#include "vitals/coordinator/request.h"

namespace vitals {

// Reads a host: `inv` must be there; `name`, `uuid`, `host_type` and `exclude_from_monitoring` need
// not, and a null name or uuid is none. Errors: those of json_body.h and coordinator::check().
[[nodiscard]] absl::StatusOr<coordinator::Host> read_host(const JsonElement& value,
                                                          const std::string& path,
                                                          UnknownKeys unknown);

void write(JsonWriter& out, const coordinator::Host& host);  // as fields of an object
void write(JsonWriter& out, const coordinator::HostRecord& record);
void write(JsonWriter& out, const coordinator::Holder& holder);
void write(JsonWriter& out, const coordinator::JournalEntry& entry);
void write(JsonWriter& out, const coordinator::Conflict& conflict);
void write(JsonWriter& out, const coordinator::Orphan& orphan);

// The answer to the request, with what identifies the request.
void write(JsonWriter& out, const coordinator::Request& request, const coordinator::Answer& answer);

// One sentence for people: why it was refused, and by whom the host is held.
[[nodiscard]] std::string sentence_of(const coordinator::Request& request,
                                      const coordinator::Answer& answer);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_HOST_JSON_H
