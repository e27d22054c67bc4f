// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of truth: what is read is in order and can be written and read again, and an
// error says where it is.
#include <string>

#include "fuzz.h"
#include "vitals/truth.h"

namespace {

using namespace vitals;

// Reads the text; returns its changes, written anew.
std::string rewritten(std::string_view text) {
  TruthReader reader = TruthReader::from_text(text, "truth");
  std::string written;
  TruthTime now{};
  while (const TruthChange* change = reader.next()) {
    promise(change->time >= now, "changes are in order of time");
    now = change->time;
    append_truth(written, *change);
  }
  const bool says_where = reader.status().ok() ||
                          every_line_says_where(std::string(reader.status().message()), "truth");
  promise(says_where, "an error says where");
  return written;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string written = rewritten(text_of(data, size));
  promise(rewritten(written) == written, "what was written reads back as the same", written);
  return 0;
}
