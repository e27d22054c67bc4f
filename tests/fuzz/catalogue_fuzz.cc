// SPDX-License-Identifier: Apache-2.0
// Any bytes as a catalogue: what is accepted is written as files that read back to the same
// catalogue, and what is refused is refused with a place.
#include <vector>

#include "fuzz.h"
#include "vitals/audit/catalogue_yaml.h"
#include "vitals/audit/expansion.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vitals::audit;
  const std::vector<CatalogueFile> files{{"a.yaml", std::string(text_of(data, size))}};
  const auto catalogue = parse_catalogue(files);
  if (!catalogue.ok()) {
    const std::string why(catalogue.status().message());
    promise(!why.empty() && every_line_says_where(why, "a.yaml"), "an error says where", why);
    return 0;
  }
  promise(expand(*catalogue).ok(), "what is accepted can be expanded");
  const auto again = parse_catalogue(to_yaml(*catalogue));
  promise(again.ok(), "what to_yaml() writes can be read");
  promise(*again == *catalogue, "what to_yaml() writes is the same catalogue");
  return 0;
}
