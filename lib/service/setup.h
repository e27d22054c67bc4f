// SPDX-License-Identifier: Apache-2.0
// Everything that the configuration file says and refers to, read whole: another one takes its
// place whole, or not at all.
#ifndef VITALS_LIB_SERVICE_SETUP_H
#define VITALS_LIB_SERVICE_SETUP_H

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "http/network.h"
#include "http/tokens.h"
#include "vitals/coordinator/config.h"
#include "vitals/policy_yaml.h"

namespace vitals {

// The owner of the tokens of those who only read; no installation can be called so.
inline constexpr std::string_view readers = "(readers)";

struct Setup {
  coordinator::Config config{};
  PolicySet policy{};
  std::vector<TokenFile> token_files{};
  std::string token_state{};  // what the files looked like when they were read
  TokenBook tokens{};
  std::map<std::string, std::vector<Network>, std::less<>> networks{};  // by installation
};

// Errors: those of the configuration, the policy, the token files and the networks, all of the
// first of these that has any.
[[nodiscard]] absl::StatusOr<std::shared_ptr<const Setup>> read_setup(const std::string& path,
                                                                      bool monitor_only);

// The same with the tokens read anew.
[[nodiscard]] absl::StatusOr<std::shared_ptr<const Setup>> with_new_tokens(const Setup& setup);

// The token with which an installation is polled: the first of its file; empty where it has none or
// the file cannot be read.
[[nodiscard]] std::string poll_token(const coordinator::Installation& installation);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_SETUP_H
