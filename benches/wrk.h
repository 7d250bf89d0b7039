// Two servers beside each other under wrk: the servers on CPU 0, wrk on CPU 1, slices in the order A B B A, ratios of each such
// pair and their median, so that a drift of the machine and a neighbour's load fall out as far as they can. CPU per request is what
// all threads of the server were on a CPU (/proc/PID/task/*/schedstat) over the requests that wrk counted; on a shared machine it is
// the steadier of the two figures.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace bench {

inline int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

// A child on CPU 0, with its output thrown away. SIGTERM and a wait at the end.
class ServerChild {
 public:
  ServerChild(std::string name, const std::vector<std::string>& words, int port) : name_(std::move(name)), port_(port) {
    std::vector<char*> argv;
    for (const auto& w : words) argv.push_back(const_cast<char*>(w.c_str()));
    argv.push_back(nullptr);
    pid_ = serving_ = fork();
    if (pid_ != 0) return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(0, &set);
    sched_setaffinity(0, sizeof set, &set);
    const int null = open("/dev/null", O_RDWR);
    dup2(null, 1);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  ~ServerChild() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  ServerChild(const ServerChild&) = delete;

  const std::string& name() const { return name_; }
  int port() const { return port_; }
  // The process whose CPU counts, when it is not the one started.
  void counts(pid_t worker) { serving_ = worker; }
  pid_t pid() const { return pid_; }

  bool listens() const {
    for (int i = 0; i < 400; ++i) {
      if (const int fd = connect_to(port_); fd >= 0) {
        close(fd);
        return true;
      }
      usleep(10'000);
    }
    std::fprintf(stderr, "%s: nothing listens on port %d after 4 s\n", name_.c_str(), port_);
    return false;
  }
  // Seconds on a CPU so far, of all its threads.
  double cpu() const {
    FILE* list = popen(("cat /proc/" + std::to_string(serving_) + "/task/*/schedstat 2>/dev/null").c_str(), "r");
    if (!list) return 0;
    double ns = 0, on_cpu = 0, waited = 0, slices = 0;
    while (std::fscanf(list, "%lf %lf %lf", &on_cpu, &waited, &slices) == 3) ns += on_cpu;
    pclose(list);
    return ns / 1e9;
  }

 private:
  std::string name_;
  int port_;
  pid_t pid_ = -1, serving_ = -1;
};

struct Slice {
  double per_second = 0, cpu_us = 0;
  long errors = 0;
};

// `script` = a file for wrk's -s, or empty.
inline Slice run_wrk(const ServerChild& server, int seconds, const std::string& script = {}) {
  const double before = server.cpu();
  std::string command = "taskset -c 1 wrk -t1 -c64 -d" + std::to_string(seconds) + "s ";
  if (!script.empty()) command += "-s " + script + " ";
  command += "http://127.0.0.1:" + std::to_string(server.port()) + "/hello/world 2>&1";
  FILE* out = popen(command.c_str(), "r");
  char line[512];
  long requests = 0, errors = 0;
  double elapsed = seconds;
  while (out && std::fgets(line, sizeof line, out)) {
    const char* text = line + std::strspn(line, " ");
    long n = 0, a = 0, b = 0, c = 0, d = 0;
    char time[32];
    if (std::sscanf(text, "%ld requests in %31[^,]", &n, time) == 2) {
      requests = n;
      elapsed = std::atof(time);
    }
    if (std::sscanf(text, "Socket errors: connect %ld, read %ld, write %ld, timeout %ld", &a, &b, &c, &d) == 4) errors += a + b + c + d;
    if (std::sscanf(text, "Non-2xx or 3xx responses: %ld", &a) == 1) errors += a;
  }
  if (out) pclose(out);
  const double cpu = server.cpu() - before;
  return {static_cast<double>(requests) / elapsed, requests ? cpu * 1e6 / static_cast<double>(requests) : 0, errors};
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

// Of `b` over `a`: median over the pairs, with the least and the most as its noise.
struct Ratio {
  double middle = 0, least = 0, most = 0;
  static Ratio of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    if (values.empty()) return {};
    return {values[values.size() / 2], values.front(), values.back()};
  }
};
struct Ratios {
  Ratio rate, cpu;
  long errors = 0;
};

inline Ratios compare(const ServerChild& a, const ServerChild& b, int seconds, int pairs, const std::string& script = {}) {
  std::vector<double> rates, cpus;
  long errors = 0;
  for (int i = 0; i < pairs; ++i) {
    const Slice a1 = run_wrk(a, seconds, script), b1 = run_wrk(b, seconds, script);
    const Slice b2 = run_wrk(b, seconds, script), a2 = run_wrk(a, seconds, script);
    rates.push_back((b1.per_second + b2.per_second) / (a1.per_second + a2.per_second));
    cpus.push_back((b1.cpu_us + b2.cpu_us) / (a1.cpu_us + a2.cpu_us));
    errors += b1.errors + b2.errors;
    std::printf("    %s %8.0f/s %5.2f us    %s %8.0f/s %5.2f us    rate %.3f  cpu %.3f\n", a.name().c_str(), (a1.per_second + a2.per_second) / 2,
                (a1.cpu_us + a2.cpu_us) / 2, b.name().c_str(), (b1.per_second + b2.per_second) / 2, (b1.cpu_us + b2.cpu_us) / 2, rates.back(),
                cpus.back());
    std::fflush(stdout);
  }
  return {Ratio::of(rates), Ratio::of(cpus), errors};
}

// Prints one line per budget and remembers whether all held.
class Judge {
 public:
  void operator()(const std::string& what, const Ratio& value, const char* relation, double budget) {
    const bool good = relation[0] == '>' ? value.middle >= budget : value.middle <= budget;
    held_ = held_ && good;
    std::printf("%-46s %7.3f [%.3f ... %.3f]   (budget %s %.2f) %s\n", what.c_str(), value.middle, value.least, value.most, relation, budget,
                good ? "held" : "NOT HELD");
  }
  void operator()(const std::string& what, double value, const char* relation, double budget) { (*this)(what, Ratio{value, value, value}, relation, budget); }
  void fail() { held_ = false; }
  bool held() const { return held_; }

 private:
  bool held_ = true;
};

inline bool tools_there(const char* words) {
  return std::thread::hardware_concurrency() >= 2 && std::system(("which " + std::string(words) + " >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace bench
