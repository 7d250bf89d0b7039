#include "panels/topology/pick_inspector.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <map>

#include "panels/kit/cell_rows.h"
#include "panels/kit/plots/style.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/widgets.h"

namespace panels::topology {

using kit::Selection;
using kit::Token;
using workbench::host::BalancedTarget;

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Topology", text); }
QString text(const std::string& s) { return QString::fromStdString(s); }

// What was drawn for one pick: the candidates as circles, the picked one filled.
class PickView : public QWidget {
 public:
  PickView(std::vector<std::pair<QString, double>> candidates, QString picked, QStringList all, QWidget* parent = nullptr)
      : QWidget(parent), candidates_(std::move(candidates)), picked_(std::move(picked)), all_(std::move(all)) {
    setFixedHeight(64);
    setAccessibleName(QCoreApplication::translate("Topology", "Candidates of the pick"));
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    const auto& style = kit::plots::current_style();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const int shown = std::min<int>(static_cast<int>(all_.size()), 8);
    for (int i = 0; i < shown; ++i) {
      const QPointF at((i + 0.5) * width() / std::max(1, shown), 24);
      double weight = -1;
      for (const auto& [name, value] : candidates_)
        if (name == all_[i]) weight = value;
      const bool won = all_[i] == picked_, drawn = weight >= 0 || won;
      painter.setPen(QPen(drawn ? style.acc : style.line, drawn ? 2 : 1));
      painter.setBrush(won ? style.acc_fill : style.bg2);
      painter.drawEllipse(at, drawn ? 15 : 11, drawn ? 15 : 11);
      painter.setFont(style.mono);
      painter.setPen(won ? style.on_acc : drawn ? style.tx : style.tx3);
      const QString number = all_[i].section(QLatin1Char('-'), -1);
      painter.drawText(QRectF(at.x() - 20, at.y() - 10, 40, 20), Qt::AlignCenter, number.size() <= 2 ? number : QString::number(i + 1));
      if (weight >= 0) {
        painter.setFont(style.axis);
        painter.setPen(style.tx2);
        painter.drawText(QRectF(at.x() - 40, 44, 80, 16), Qt::AlignCenter, kit::plots::short_number(std::round(weight * 100) / 100));
      }
    }
  }

 private:
  std::vector<std::pair<QString, double>> candidates_;
  QString picked_;
  QStringList all_;
};

}  // namespace

QWidget* make_pick_inspector(kit::Session* session, const BalancedTarget& target, QWidget* parent) {
    static const std::map<std::string, QString> names{{"p2c", tr("p2c, power of two choices")}, {"p2c_ewma", tr("p2c_ewma, by expected latency")}, {"wrr", tr("wrr, weighted round robin")}, {"round_robin", tr("round robin")}, {"random", tr("random")}};
  const auto name = names.find(target.balancer);
  auto* view = new kit::InspectorView(QStringLiteral("split"), tr("Explain pick"), name != names.end() ? name->second : text(target.balancer), parent);
  if (target.decisions.empty()) {
    view->add_section(tr("Latest decisions"));
    view->add_text(tr("No pick has been watched yet. Send traffic while this tab is open."));
    return view;
  }
  const auto& last = target.decisions.front();
  view->add_section(tr("Pick of %1").arg(QDateTime::fromMSecsSinceEpoch(last.wall_ns / 1'000'000).toString(QStringLiteral("HH:mm:ss.zzz"))));
  std::vector<std::pair<QString, double>> candidates;
  QStringList drawn, all;
  for (const auto& [id, value] : last.candidates) candidates.emplace_back(text(id), value), drawn << text(id);
  for (const auto& n : target.nodes) all << text(n.id);
  view->add_widget(new PickView(candidates, text(last.picked), all));
  view->add_text(drawn.size() > 1 ? tr("Drew %1. %2 was picked: %3.").arg(drawn.join(tr(" and ")), text(last.picked), text(last.why)) : tr("%1 was picked: %2.").arg(text(last.picked), text(last.why)));
  view->add_section(tr("Latest decisions"), tr("newest first"));
  auto* rows = new kit::CellRows({{tr("Time"), 94}, {tr("Drawn"), 0}, {tr("Picked"), 84}}, view);
  auto* table = new kit::TableView(tr("Latest decisions"), kit::size::kRowDense);
  table->setModel(rows);
  std::vector<kit::CellRow> list;
  for (std::size_t i = 0; i < target.decisions.size() && i < 9; ++i) {
    const auto& d = target.decisions[i];
    QStringList parts;
    for (const auto& [id, value] : d.candidates) parts << QStringLiteral("%1:%2").arg(text(id).section(QLatin1Char('-'), -1), QString::number(value, 'g', 4));
    list.push_back({QString::number(i), {kit::Cell::mono(QDateTime::fromMSecsSinceEpoch(d.wall_ns / 1'000'000).toString(QStringLiteral("mm:ss.zzz")), Token::Tx2), kit::Cell::mono(parts.join(QLatin1Char(' '))), kit::Cell::mono(text(d.picked))}, {}});
  }
  table->setFixedHeight(28 + static_cast<int>(list.size()) * 24 + 2);
  rows->set_rows(std::move(list));
  view->add_widget(table);
  // What the watched draws say about the slow one.
  const auto slow = std::max_element(target.nodes.begin(), target.nodes.end(), [](const auto& a, const auto& b) { return a.added_latency_ns < b.added_latency_ns; });
  if (slow != target.nodes.end() && slow->added_latency_ns > 0) {
    int lost = 0, won = 0;
    for (const auto& d : target.decisions) {
      const bool was = std::any_of(d.candidates.begin(), d.candidates.end(), [&](const auto& c) { return c.first == slow->id; });
      if (was) (d.picked == slow->id ? won : lost) += 1;
    }
    view->add_section(tr("Why %1 and not %2").arg(kit::plots::percent_text(slow->share), kit::plots::percent_text(slow->expected_share)));
    view->add_text(target.balancer == "wrr" || target.balancer == "round_robin" || target.balancer == "random"
                       ? tr("%1 looks at weights only. It does not see that %2 is slow, so its share stays.").arg(text(target.balancer), text(slow->id))
                       : tr("%1 is slower, so its requests stay in flight longer and it loses more draws.").arg(text(slow->id)));
    view->add_row(tr("Draws it lost"), QString::number(lost));
    view->add_row(tr("Draws it won"), QString::number(won));
  }
  auto* traces = kit::button(tr("Its slow traces"), QStringLiteral("trace"));
  QObject::connect(traces, &QPushButton::clicked, view, [session = QPointer<kit::Session>(session), service = text(target.target)] {
    if (session) session->open(QStringLiteral("traces"), {Selection::Kind::None, QStringLiteral("service=%1 dur>5ms").arg(service), QStringLiteral("filter")});
  });
  view->add_action(traces);
  return view;
}

}  // namespace panels::topology
