// SPDX-License-Identifier: Apache-2.0
// Any bytes as a policy: what is accepted prints as YAML that reads back to the same policy, and
// what is refused is refused with a place.
#include "fuzz.h"
#include "vitals/policy_yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto policy = vitals::parse_policy(text_of(data, size), "policy.yaml");
  if (!policy.ok()) {
    const std::string why(policy.status().message());
    promise(!why.empty() && every_line_says_where(why, "policy.yaml"), "an error says where", why);
    return 0;
  }
  const std::string yaml = to_yaml(*policy);
  auto again = vitals::parse_policy(yaml, "policy.yaml");
  promise(again.ok(), "what to_yaml() writes can be read", yaml);
  policy->origins.clear();
  again->origins.clear();
  promise(to_yaml(*policy) == to_yaml(*again) && policy->checks == again->checks,
          "what to_yaml() writes is the same policy", yaml);
  for (const std::string& warning : warnings(*policy)) {
    promise(!warning.empty(), "a warning says something");
  }
  return 0;
}
