"""Decks as units of different trades tell them: other words, other layouts, seldom the notice's own titles.

Each story maps a clause to the slides that speak of it; `BEFORE` and `AFTER` frame it. Leaving out a
clause's slides leaves a deck that says nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.fakes.decks import END, Sheet


@dataclass(frozen=True, slots=True)
class Story:
    told: dict[str, tuple[Sheet, ...]]
    before: tuple[Sheet, ...] = ()
    after: tuple[Sheet, ...] = (END,)

    def sheets(self, without: str = "") -> list[Sheet]:
        """All slides in order, but those of one clause."""
        told = [sheet for clause, sheets in self.told.items() if clause != without for sheet in sheets]
        return [*self.before, *told, *self.after]


TRAFFIC_POLICE = Story(
    before=(
        Sheet("平安路上 服务先行", ("鲁山县公安局交通警察大队", "2019年7月"), plain=True),
        Sheet("大队概况", ("大队现有民警58名、辅警120名，下设6个中队", "管辖国省道213公里"), plain=True),
    ),
    told={
        "2.1": (
            Sheet("PART 01", ("转变理念 服务为先",), plain=True),
            Sheet(
                "从“管路”到“护路”", ("推出错时办牌、假日不打烊，惠及车主3200人次",), pictures=1, plain=True
            ),
            Sheet("校门口的守护", ("早晚高峰在17所学校设护学岗，风雨无阻",), pictures=2, plain=True),
        ),
        "2.2": (
            Sheet("PART 02", ("刚柔并济 以理服人",), plain=True),
            Sheet(
                "轻微违法先提醒",
                ("首次违停发短信提醒，不罚款，上半年提醒8600条", "货运企业约谈12家"),
                plain=True,
            ),
            Sheet("快处快赔", ("事故调解室现场调解，某物流公司与伤者李某当天握手言和",), plain=True),
        ),
        "2.3": (
            Sheet("PART 03", ("科技赋能 便民提速",), plain=True),
            Sheet("交管12123", ("31项业务手机办，6年免检车网上领标",), chart="线上业务量", plain=True),
            Sheet("执法全程留痕", ("执法记录仪配备率100%，音视频自动上传",), plain=True),
        ),
        "2.4": (
            Sheet("PART 04", ("从严治警 锻造铁军",), plain=True),
            Sheet("周五夜校", ("请律师讲法，全年授课42次，闭卷考试4次",), pictures=1, plain=True),
            Sheet("辅警也有规矩", ("辅警实行星级管理，今年辞退3人",), plain=True),
        ),
        "2.5": (
            Sheet("PART 05", ("以点带面 走出鲁山",), plain=True),
            Sheet("外地同行来取经", ("叶县、郏县大队先后5批来队参观学习",), pictures=1, plain=True),
        ),
        "2.6": (
            Sheet("PART 06", ("群众口碑 数字说话",), plain=True),
            Sheet("三降一升", ("亡人事故同比下降18%，投诉同比下降42%，满意率升至97.3%",), plain=True),
            Sheet("一面锦旗", ("2019年5月，车主王某送来锦旗",), pictures=1, plain=True),
        ),
    },
)

ENVIRONMENT = Story(
    before=(Sheet("生态环境局汝州分局", ("申报报告",)),),
    told={
        "2.1": (
            Sheet("心里装着企业", ("组织“送法进企业”活动，帮扶小组走访企业126家，建立服务清单",)),
            Sheet("民有所呼", ("把解决群众身边的油烟噪声当作切身利益大事，主动服务38个小区",)),
        ),
        "2.2": (
            Sheet("先教后改", ("推行行政指导三步式：事前提示、事中劝导、事后回访", "发放行政建议书64份")),
            Sheet("一起砖厂案", ("某砖厂未及时更新台账，属首违，经说理免予处罚，一周内整改到位",)),
            Sheet("划出红线", ("梳理违法风险点52个，逐企发放风险提示卡",)),
        ),
        "2.3": (
            Sheet("云上巡查", ("在线监控联网87家，无人机巡查，异常数据自动推送", "监管平台与法院信息共享")),
            Sheet("一张表办到底", ("环评审批时限压缩一半，办事指南上墙，12类事项网上受理",)),
        ),
        "2.4": (
            Sheet("学起来", ("举办业务培训14期，全员通过执法资格考试",)),
            Sheet("比起来", ("全省环境执法大练兵中，2名同志获评办案能手",), pictures=1),
        ),
        "2.5": (
            Sheet("我们的做法被转发", ("省厅简报刊发我局典型做法，周边4个县市前来考察学习",)),
            Sheet("沉甸甸的奖牌", ("荣获全省先进集体等荣誉称号6项",), pictures=3),
        ),
        "2.6": (
            Sheet("天蓝了", ("优良天数同比增加36天，信访量同比下降27%",), chart="信访件"),
            Sheet("人和了", ("三年来没有发生行政复议败诉，企业自觉履行率99.2%",)),
        ),
    },
)

URBAN = Story(
    before=(
        Sheet("城市管理局服务型行政执法工作汇报", ("舞钢市城市管理局",)),
        Sheet("汇报提纲", ("一、基本情况", "二、主要工作", "三、下步打算")),
        Sheet("一、基本情况", ("我局成立于2002年，内设科室9个，执法人员210名。",)),
        Sheet("二、主要工作"),
    ),
    told={
        "2.1": (
            Sheet(
                "（一）强化宗旨意识",
                ("1.设立瓜农销售点32个，划行归市。", "2.为环卫工建爱心驿站11座，供应热水。"),
            ),
        ),
        "2.2": (
            Sheet(
                "（二）创新执法模式",
                ("1.推行“721”工作法：七成靠沟通、两成靠管理、一成靠执法。", "2.流动摊贩劝离率达到92%。"),
            ),
            Sheet("小摊贩的大转变", ("以卖烤红薯的张某为例，三次上门说理后搬进疏导点，未作处罚",)),
        ),
        "2.3": (
            Sheet(
                "（三）建设智慧城管平台",
                ("1.接入探头600路，案件派遣平均用时缩短到8分钟。", "2.户外广告设置实行告知承诺。"),
            ),
        ),
        "2.4": (
            Sheet("（四）抓实队伍建设", ("1.半军事化管理，队列训练每周2次。", "2.实行积分制，与绩效挂钩。")),
        ),
        "2.5": (
            Sheet(
                "（五）发挥引领作用",
                ("1.创建星级示范中队4个。", "2.承办平顶山市城管执法现场会，接待观摩300余人。"),
            ),
        ),
        "2.6": (
            Sheet(
                "（六）取得的成效",
                ("1.12319热线办结率99.4%，满意率96%。", "2.连续3年无一起行政诉讼败诉。"),
            ),
        ),
    },
    after=(Sheet("三、下步打算", ("继续抓好队伍培训，提升服务水平，完善考核制度。",)), END),
)

BAR = ("理念", "方式", "体系", "队伍", "示范", "成效")

TAX = Story(
    before=(Sheet("春风化雨 润企无声", ("湛河区税务局", *BAR)),),
    told={
        clause: tuple(
            Sheet(sheet.title, (*sheet.lines, *BAR), sheet.pictures, chart=sheet.chart) for sheet in sheets
        )
        for clause, sheets in {
            "2.1": (
                Sheet("以纳税人为中心的服务理念", ("推出延时服务、预约服务，办税更暖心",)),
                Sheet("税官进车间", ("200名干部包联企业1500户，上门服务解难题340个",), 2),
            ),
            "2.2": (
                Sheet("行政指导贯穿执法全程", ("2019年制发行政提示函、建议书共计75份",)),
                Sheet("争议咨询调解中心", ("受理涉税争议26起，化解率100%，无一进入复议",)),
            ),
            "2.3": (
                Sheet("非接触办税", ("网上申报率99.6%，发票邮寄到家，最多跑一次事项扩至396项",)),
                Sheet("执法公示看得见", ("三项制度全面落地，公示信息4.2万条",), chart="公示信息"),
            ),
            "2.4": (
                Sheet("青蓝工程育新人", ("师带徒结对38对，岗位练兵人均60学时",)),
                Sheet("人人持证", ("执法资格考试通过率100%，评出业务标兵9人",), 1),
            ),
            "2.5": (
                Sheet("湛河样板", ("经验做法被市局推广，承办全市观摩会2次",), 1),
                Sheet("媒体聚焦", ("《河南日报》等媒体报道17篇",)),
            ),
            "2.6": (
                Sheet("纳税人说好", ("第三方测评满意度位居全市第1名，收到感谢信23封",)),
                Sheet("遵从度提升", ("A级纳税人由210户增至520户，税收违法案件下降35%",)),
            ),
        }.items()
    },
)

STORIES = {
    "traffic police": TRAFFIC_POLICE,
    "environment": ENVIRONMENT,
    "urban management": URBAN,
    "tax": TAX,
}
