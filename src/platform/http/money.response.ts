import { ApiProperty } from '@nestjs/swagger';

export class MoneyResponse {
  @ApiProperty({ description: 'Integer as text', example: '1250' })
  amountInMinorUnits!: string;

  @ApiProperty({ example: 'USD' })
  currency!: string;
}
