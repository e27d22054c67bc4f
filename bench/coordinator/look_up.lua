-- SPDX-License-Identifier: Apache-2.0
-- Each request looks a host up by its inventory number.
function request()
  return wrk.format("GET", "/v1/hosts?inv=" .. math.random(1, 100000))
end
