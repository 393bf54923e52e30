"""The county that a title names is found wherever it stands, and words that only look like one are not."""

from __future__ import annotations

import pytest

from planning.evaluation.place import county_named

COUNTIES = (
    "沛县",
    "中宁县",
    "青铜峡市",
    "利通区",
    "和田县",
    "红寺堡区",
    "鄂温克族自治旗",
    "阿鲁科尔沁旗",
    "化隆回族自治县",
    "浦东新区",
    "神农架林区",
)
FORMS = (
    "{}2023学年在校生统计表", "{}2023-2024学年中小学学生名册", "2023年{}义务教育学校在校生数", "2023年秋季{}小学学生名册", "附件1：{}各校在校生情况",
    "表3 {}中小学学籍汇总", "（{}）初中在校生", "{}教育局", "{}教体局2023年报表", "{} 在校生", "{}（2023年）", "{}招生情况统计表", "{}",
)  # fmt: skip


@pytest.mark.parametrize("county", COUNTIES)
@pytest.mark.parametrize("form", FORMS)
def test_a_county_is_found(county: str, form: str) -> None:
    assert county_named(form.format(county)) == county


@pytest.mark.parametrize(
    "title",
    [
        "全县小学在校生", "各县区义务教育在校生", "我市2023学年", "城区小学学生", "主城区学校", "镇区初中", "第一学区招生", "工业园区学校", "经济开发区小学",
        "山区学校名单", "阳光社区学生", "校区名称", "全区各校在校生", "在校生统计表", "胜利镇中心小学", "Sheet1", "学区划分", "跨县就读学生",
    ],
)  # fmt: skip
def test_a_word_is_no_county(title: str) -> None:
    assert county_named(title) == ""


def test_the_city_before_the_district_belongs_to_its_name() -> None:
    assert county_named("宁夏吴忠市利通区2023学年在校生") == "宁夏吴忠市利通区"
