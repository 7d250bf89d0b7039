#include "panels/services/inspectors.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

#include "panels/kit/icons.h"
#include "panels/services/service_model.h"
#include "panels/services/services_actions.h"

namespace panels::services {

using namespace kit;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }
QString tr(const char* text) { return QCoreApplication::translate("Services", text); }

// One minute of a rate as a filled line, with its peak.
class MinuteChart final : public QWidget {
 public:
  MinuteChart(std::vector<float> values, QColor color, const QString& name) : values_(std::move(values)), color_(std::move(color)) {
    setFixedHeight(56);
    setAccessibleName(name);
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter p(this);
    if (values_.size() < 2) {
      paint_text(p, rect(), tr("No calls in the last minute"), Type::Caption, theme().color(Token::Tx2));
      return;
    }
    paint_spark(p, values_, rect().adjusted(0, 4, 0, 0), color_);
    p.fillRect(QRect(0, height() - 1, width(), 1), theme().color(Token::Line));
  }

 private:
  std::vector<float> values_;
  QColor color_;
};

// "auth → rate_limit → (compress) → timeout", this one marked.
class ChainStrip final : public QWidget {
 public:
  ChainStrip(std::vector<workbench::host::MiddlewareView> chain, std::string marked) : chain_(std::move(chain)), marked_(std::move(marked)) {
    setFixedHeight(24);
    setAccessibleName(tr("Place in the chain"));
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter p(this);
    std::size_t at = 0;
    for (std::size_t i = 0; i < chain_.size(); ++i)
      if (chain_[i].name == marked_) at = i;
    // As many neighbours as fit, from one before it.
    std::size_t from = at > 0 ? at - 1 : 0;
    int x = 0;
    for (std::size_t i = from; i < chain_.size(); ++i) {
      const auto& m = chain_[i];
      const TagSpec spec{q(m.name), i == at ? Token::Acc : m.on ? Token::Tx : Token::Tx2, {}, i == at, !m.on, false};
      const int w = Tag::width_of(spec);
      if (x + w > width()) break;
      Tag::paint(p, spec, QRect(x, 2, w, 20));
      x += w + gap::kS;
      if (i + 1 < chain_.size() && x + 12 + gap::kS + Tag::width_of({q(chain_[i + 1].name)}) <= width()) {
        paint_icon(p, QStringLiteral("arrow-right"), theme().color(Token::Tx3), QRectF(x, 6, 12, 12));
        x += 12 + gap::kS;
      } else {
        break;
      }
    }
  }

 private:
  std::vector<workbench::host::MiddlewareView> chain_;
  std::string marked_;
};

// One live option: its name, and its value to be typed over. Enter applies it as an override, Esc takes it back.
class OptionField final : public QWidget {
 public:
  OptionField(Session* session, const QString& name, const QString& key, const workbench::host::ConfigRow* row) {
    setFixedHeight(32);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(gap::kM);
    line->addWidget(label(name, Type::Body, Token::Tx2));
    line->addStretch(1);
    const QString value = row ? q(row->text) : QString();
    auto* field = new QLineEdit(value);
    field->setFont(theme().font(Type::Mono));
    field->setFixedWidth(140);
    field->setAccessibleName(tr("%1, Enter applies it").arg(key));
    field->setToolTip(row && !row->doc.empty() ? key + QLatin1Char('\n') + q(row->doc) : key);
    if (row && !row->unit.empty()) {
      auto* unit = label(q(row->unit), Type::Dense, Token::Tx2);
      unit->setParent(field);
      unit->adjustSize();
      unit->move(140 - unit->width() - gap::kM, (size::kControl - unit->height()) / 2);
      field->setTextMargins(0, 0, unit->width() + gap::kS, 0);
    }
    if (row && row->secret) field->setEchoMode(QLineEdit::Password), field->setText({});
    connect(field, &QLineEdit::returnPressed, session, [session, field, key, value] {
      if (field->text() != value && !field->text().trimmed().isEmpty()) set_option(session, key, field->text().trimmed());
    });
    line->addWidget(field);
  }
};

const workbench::host::ConfigRow* config_row(const Views& v, const std::string& key) {
  for (const auto& row : v.config.rows)
    if (row.key == key) return &row;
  return nullptr;
}

}  // namespace

InspectorView* make_service_inspector(Session* session, const workbench::host::ServiceRow& row, QWidget* parent) {
  const QString instance = q(row.instance);
  auto* view = new InspectorView(QStringLiteral("server"), tr("%1 server of %2").arg(q(row.kind), q(row.service)), instance, parent);
  view->add_section();
  auto* address = view->add_link(tr("Address"), q(row.address), [url = q(row.url)] { QApplication::clipboard()->setText(url); });
  address->setToolTip(tr("Copy %1").arg(q(row.url)));
  view->add_row(tr("Design"), q(row.design));
  if (const auto found = session->views().details.find(row.service); found != session->views().details.end()) {
    view->add_row(tr("Written in"), q(found->second.file));
    view->add_row(tr("Routes"), QString::number(found->second.routes.size()));
  }
  if (!row.error.empty()) {
    view->add_section(tr("Why it does not run"));
    view->add_text(q(row.error));
  }
  float peak = 0;
  for (float f : row.rate.history) peak = std::max(peak, f);
  view->add_section(tr("Last 60 s"), tr("requests /s, peak %1").arg(rate_text(double(peak))));
  view->add_widget(new MinuteChart(row.rate.history, theme().service_color(q(row.service)), tr("Requests a second over the last minute")));
  view->add_row(tr("Requests"), tr("%1 /s").arg(rate_text(row.rate.requests_per_s)));
  view->add_row(tr("Errors"), tr("%1 /s").arg(rate_text(row.rate.errors_per_s)), row.rate.errors_per_s > 0 ? Token::Err : Token::Tx);
  view->add_row(tr("p50, p99"), QStringLiteral("%1, %2").arg(ms_text(row.rate.p50_ns), ms_text(row.rate.p99_ns)));
  view->add_row(tr("Answered in this run"), rate_text(double(row.rate.total)));
  auto* traces = button(tr("Its traces"), QStringLiteral("trace"));
  QObject::connect(traces, &QPushButton::clicked, session, [session, s = row.service] {
    Interest i = session->interest();
    i.trace_filter = "service=" + s;
    session->set_interest(i);
    session->open(QStringLiteral("traces"));
  });
  auto* again = button(tr("Restart"), QStringLiteral("restart"));
  QObject::connect(again, &QPushButton::clicked, session, [session, instance] { restart(session, instance); });
  view->add_action(again);
  view->add_action(traces);
  return view;
}

InspectorView* make_step_inspector(Session* session, const QString& service, const QString& step, QWidget* parent) {
  const Views& v = session->views();
  const auto found = v.details.find(service.toStdString());
  if (found == v.details.end()) return nullptr;
  const auto& chain = found->second.middleware;
  const auto at = std::find_if(chain.begin(), chain.end(), [&](const auto& m) { return q(m.name) == step; });
  if (at == chain.end()) return nullptr;
  auto* view = new InspectorView(QStringLiteral("shield"), tr("Middleware of %1").arg(service), step, parent);
  view->add_section(tr("Options, live"));
  for (const auto& key : at->config_keys) {
    const auto* row = config_row(v, key);
    const QString name = q(key).section(QLatin1Char('.'), -1);
    view->add_widget(new OptionField(session, name, q(key), row));
  }
  if (!at->config_keys.empty()) {
    QStringList keys;
    for (const auto& key : at->config_keys) keys << q(key);
    view->add_link(tr("Reads"), keys.size() == 1 ? keys.front() : tr("%1 and %2 more").arg(keys.front()).arg(keys.size() - 1), [session, key = keys.front()] {
      session->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, key, {}});
    })->setToolTip(keys.join(QLatin1Char('\n')));
  }
  if (at->config_keys.empty()) view->add_row(tr("As written"), q(at->describe));
  view->add_row(tr("Switched"), at->on ? tr("on") : tr("off"), at->on ? Token::Ok : Token::Tx2);

  for (const auto& c : found->second.costs)
    if (c.step == at->name) {
      view->add_section(tr("Cost, over the traces kept"), tr("%1 spans").arg(rate_text(double(c.count))));
      view->add_row(tr("Self time p50, p99"), QStringLiteral("%1, %2").arg(us_text(c.self_p50_ns), us_text(c.self_p99_ns)));
      view->add_row(tr("Share of request time"), QStringLiteral("%1 %").arg(c.share * 100, 0, 'f', 1));
      view->add_row(tr("Stopped the chain"), tr("%1 times").arg(c.stops), c.stops > 0 ? Token::Acc : Token::Tx);
    }
  view->add_section(tr("Place in the chain"));
  view->add_widget(new ChainStrip(chain, at->name));

  auto* config = button(tr("Open in Config"), QStringLiteral("sliders"));
  config->setEnabled(!at->config_keys.empty());
  if (!at->config_keys.empty())
    QObject::connect(config, &QPushButton::clicked, session, [session, key = at->config_keys.front()] {
      session->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, q(key), {}});
    });
  auto* traces = button(tr("Its traces"), QStringLiteral("trace"));
  QObject::connect(traces, &QPushButton::clicked, session, [session, name = at->name] {
    Interest i = session->interest();
    i.trace_filter = "name~\"" + name + "\"";
    session->set_interest(i);
    session->open(QStringLiteral("traces"));
  });
  view->add_action(config);
  view->add_action(traces);
  return view;
}

}  // namespace panels::services
