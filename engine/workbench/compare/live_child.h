// The two children of a live comparison. Both speak over standard output, one line each.
#pragma once

#include <string>
#include <vector>

namespace workbench::compare {

// live-servers SERVICE_NS SEED SPEED... : one HTTP server per SPEED on a free loopback port, each serving one request at a
// time in order, with exponential service of mean SERVICE_NS / SPEED (a sleep, not a spin: the processor is not what is
// compared). Prints the ports on one line and serves until its standard input ends.
int live_servers(const std::vector<std::string>& arguments);

// live-load BALANCER RATE REQUESTS SEED PORT... : Poisson arrivals at RATE per second through http::Client and BALANCER, after a
// warm-up of a fifth as many, which opens the connections and teaches the balancer. Response time counts from the intended arrival.
// Prints {"mean_ns":n,"spectrum_ns":[[percentile,ns]...],"share":{...},"requests":n,"errors":n,"lag_p99_ns":n,"backlog":n}; backlog
// is how many requests were under way when the last was sent.
int live_load(const std::vector<std::string>& arguments);

}  // namespace workbench::compare
