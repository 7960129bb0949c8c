import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import type { PriceModel } from '@tollkeeper/rating';
import { IsNotEmpty, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageRequest } from '../../platform/http/paging.js';
import type { Price } from '../price.entity.js';

export class PerUnitPriceModel {
  @ApiProperty({ enum: ['per_unit'] })
  model!: 'per_unit';

  @ApiProperty({ example: '0.002', description: 'Decimal text in major currency units' })
  unitPrice!: string;

  @ApiPropertyOptional({ example: '1000', description: 'Units of each billing period that cost nothing' })
  freeUnits?: string;
}

export class GraduatedPriceTier {
  @ApiProperty({ type: String, nullable: true, example: '10000', description: 'Last unit of the tier, counted from the period’s first; null in the last tier' })
  upTo!: string | null;

  @ApiProperty({ example: '0.002' })
  unitPrice!: string;

  @ApiPropertyOptional({ example: '5', description: 'Due once, as soon as a unit falls into the tier' })
  flatFee?: string;
}

export class GraduatedPriceModel {
  @ApiProperty({ enum: ['graduated'] })
  model!: 'graduated';

  @ApiProperty({ type: [GraduatedPriceTier], description: 'In order; each unit costs what its tier says' })
  tiers!: GraduatedPriceTier[];
}

const MODEL_SCHEMA = {
  oneOf: [{ $ref: getSchemaPath(PerUnitPriceModel) }, { $ref: getSchemaPath(GraduatedPriceModel) }],
  discriminator: { propertyName: 'model', mapping: { per_unit: getSchemaPath(PerUnitPriceModel), graduated: getSchemaPath(GraduatedPriceModel) } },
  example: { model: 'graduated', tiers: [{ upTo: '10000', unitPrice: '0.002' }, { upTo: null, unitPrice: '0.001' }] },
};

@ApiExtraModels(PerUnitPriceModel, GraduatedPriceModel)
export class CreatePriceRequest {
  @ApiProperty({ description: 'The product item it is a price of' })
  @IsString()
  @IsNotEmpty()
  productItemId!: string;

  @ApiProperty({ example: 'API calls, 2027' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  priceName!: string;

  @ApiProperty({ example: 'USD', description: 'ISO 4217' })
  @IsString()
  currency!: string;

  @ApiProperty(MODEL_SCHEMA)
  @IsObject()
  model!: Record<string, unknown>;
}

export class PriceListRequest extends PageRequest {
  @ApiPropertyOptional({ description: 'Only prices of this item' })
  @IsOptional()
  @IsString()
  productItemId?: string;
}

export class PriceResponse {
  @ApiProperty({ example: 'price_1m4c9ibg0q1f3v5n7k8d2e6h4j' })
  id!: string;

  @ApiProperty()
  productItemId!: string;

  @ApiProperty()
  priceName!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;

  @ApiProperty(MODEL_SCHEMA)
  model!: PriceModel;

  @ApiProperty({ description: 'Epoch milliseconds' })
  createTime!: number;
}

export function priceResponse({ id, productItemId, priceName, currency, model, createTime }: Price): PriceResponse {
  return { id, productItemId, priceName, currency, model, createTime };
}
